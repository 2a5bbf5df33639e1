"""Self-contained HTML pages: `plan.plan_html` and `drift.drift_html`, of one frame."""
