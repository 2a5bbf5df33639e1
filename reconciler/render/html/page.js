"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const sources = all("details.whole");

  const filters = document.getElementById("filters");
  if (filters) {
    const changes = all("li.change");
    const output = document.getElementById("shown");
    const apply = () => {
      const data = new FormData(filters);
      const verdicts = new Set(data.getAll("verdict"));
      const onlyRisks = data.has("risk");
      let shown = 0;
      for (const change of changes) {
        const { verdict, risk } = change.dataset;
        change.hidden = !verdicts.has(verdict) || (onlyRisks && risk === "none");
        shown += change.hidden ? 0 : 1;
      }
      for (const group of all(".group")) {
        group.hidden = !group.querySelector("li.change:not([hidden])");
      }
      const everything = shown === changes.length;
      for (const source of all(".source")) {
        source.hidden = !everything && !source.querySelector("li.change:not([hidden])");
      }
      output.value = `${shown} of ${changes.length} changes shown`;
    };
    filters.addEventListener("change", apply);
    document.getElementById("show-all").addEventListener("click", () => { filters.reset(); apply(); });
    filters.addEventListener("submit", (event) => event.preventDefault());
    const openAll = (open) => { for (const source of sources) source.open = open; };
    document.getElementById("open-all").addEventListener("click", () => openAll(true));
    document.getElementById("close-all").addEventListener("click", () => openAll(false));
    filters.hidden = false;
    apply();
  }

  for (const figure of all("figure.drawing")) {
    const svg = figure.querySelector("svg");
    const canvas = figure.querySelector(".canvas");
    const zoom = figure.querySelector(".zoom");
    const output = zoom.querySelector("output");
    const { width, height } = svg.viewBox.baseVal;
    let scale = 1;
    const set = (wanted) => {
      const centre = (canvas.scrollTop + canvas.clientHeight / 2) / scale;
      scale = Math.min(3, Math.max(0.1, wanted));
      svg.setAttribute("width", Math.round(width * scale));
      svg.setAttribute("height", Math.round(height * scale));
      canvas.scrollTop = centre * scale - canvas.clientHeight / 2;
      output.value = `${Math.round(scale * 100)} %`;
    };
    const steps = {
      in: () => set(scale * 1.25),
      out: () => set(scale / 1.25),
      whole: () => set(1),
      fit: () => set((canvas.clientWidth - 2) / width),
    };
    zoom.addEventListener("click", (event) => steps[event.target.dataset.zoom]?.());
    zoom.hidden = false;
  }

  // A link to a change opens what it stands in; on paper every source is open.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let at = target?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = sources.filter((source) => !source.open);
    for (const source of closed) source.open = true;
  });
  addEventListener("afterprint", () => { for (const source of closed) source.open = false; });
})();
