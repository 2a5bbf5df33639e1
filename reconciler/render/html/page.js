"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const sources = all("details.whole");
  const folded = [...sources, ...all("details.group")];

  const filters = document.getElementById("filters");
  if (filters) {
    const total = all("li.change").length;
    const output = document.getElementById("shown");
    const boxes = all("input[type=checkbox]", filters).filter((box) => box.defaultChecked);
    const names = [...new Set(boxes.map((box) => box.name))];
    const entries = all(".source").map((source) => ({
      source,
      name: (source.querySelector("h3") ?? source).textContent.toLowerCase(),
      changes: all("li.change", source),
    }));
    const words = new Map();
    const wordsOf = (change) => {
      if (!words.has(change)) {
        const title = change.closest(".group").querySelector("h5").textContent;
        words.set(change, `${title} ${change.textContent}`.toLowerCase());
      }
      return words.get(change);
    };
    const apply = () => {
      const data = new FormData(filters);
      const wanted = names.map((name) => [name, new Set(data.getAll(name))]);
      const onlyRisks = data.has("risk");
      const text = data.get("text").trim().toLowerCase();
      const passes = ({ dataset }) =>
        wanted.every(([name, values]) => !(name in dataset) || values.has(dataset[name]))
        && !(onlyRisks && dataset.risk === "none");
      let shown = 0;
      const bare = [];
      for (const { source, name, changes } of entries) {
        const open = passes(source);
        let some = 0;
        for (const change of changes) {
          change.hidden = !open || !passes(change) || !(name.includes(text) || wordsOf(change).includes(text));
          some += change.hidden ? 0 : 1;
        }
        source.hidden = !open || some === 0;
        shown += some;
        if (open && changes.length === 0) bare.push({ source, name });
      }
      // A source without a change goes by its own state, else it is there when all are.
      for (const { source, name } of bare) {
        const found = name.includes(text) || source.textContent.toLowerCase().includes(text);
        source.hidden = !found || !("state" in source.dataset || shown === total);
      }
      for (const [holder, held] of [[".group, .standing", "li.change"], [".calm", ".source"]]) {
        for (const each of all(holder)) each.hidden = !each.querySelector(`${held}:not([hidden])`);
      }
      // Who looks for a text wants to see where it is.
      if (text) {
        for (const each of all("details.group:not([hidden])")) each.open = true;
      }
      const left = entries.filter(({ source }) => !source.hidden).length;
      const said = (number) => number.toLocaleString("en");
      output.value = `${said(shown)} of ${said(total)} ${output.dataset.noun} in ${left} of ${entries.length} ${output.dataset.holders} shown`;
    };
    filters.addEventListener("input", apply);
    document.getElementById("show-all").addEventListener("click", () => { filters.reset(); apply(); });
    filters.addEventListener("submit", (event) => event.preventDefault());
    const openAll = (open) => { for (const each of folded) each.open = open; };
    document.getElementById("open-all").addEventListener("click", () => openAll(true));
    document.getElementById("close-all").addEventListener("click", () => openAll(false));
    filters.hidden = false;
    apply();
    // What a link leads to must not end up under the filters, where these stay in sight.
    new ResizeObserver(() => {
      const stays = getComputedStyle(filters).position === "sticky";
      document.documentElement.style.scrollPaddingTop = stays ? `${filters.offsetHeight}px` : "";
    }).observe(filters);
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
    closed = folded.filter((each) => !each.open);
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
})();
