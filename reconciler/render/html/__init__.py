"""A plan as one self-contained HTML page: `page.plan_html`."""
