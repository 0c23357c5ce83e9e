"use strict";
(() => {
  const root = document.documentElement;
  const steps = JSON.parse(JSON.parse(document.getElementById("steps").textContent));
  const make = (name, cls, text) => {
    const e = document.createElement(name);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // Colours.
  const button = document.getElementById("theme");
  const theme = dark => {
    root.dataset.theme = dark ? "dark" : "light";
    button.setAttribute("aria-pressed", dark);
  };
  theme(matchMedia("(prefers-color-scheme: dark)").matches);
  button.addEventListener("click", () => theme(root.dataset.theme !== "dark"));

  // The walk of a finding is made when it is opened. All text gets in as text.
  const fill = details => {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    for (const s of steps.findings[Number(details.id.slice(1))]) {
      const div = make("div", "step");
      const p = make("p", "", (s.m ? s.m + ", " : "") + (s.l ? steps.files[s.f] + ":" + s.l : steps.files[s.f]));
      div.append(p);
      if (s.b >= s.a) {
        const pre = make("pre");
        pre.tabIndex = 0;
        for (let n = s.a; n <= s.b; n++) {
          const row = make("span", n === s.l ? "row here" : "row");
          row.append(make("span", "no", n));
          const src = make("span", "src"); // tabs count from its edge
          for (const [kind, text] of steps.lines[s.f][n] || []) src.append(make("span", kind, text));
          row.append(src);
          pre.append(row);
        }
        div.append(pre);
      }
      details.append(div);
    }
    for (const e of edges.get(details.id) || []) {
      const p = make("p", "links");
      const a = make("a", "", "In the order of locks: " + e.textContent.trim());
      a.href = "#" + e.closest("tr").id;
      p.append(a);
      details.append(p);
    }
  };
  const edges = new Map();
  for (const row of document.querySelectorAll("tr.edge")) {
    for (const a of row.querySelectorAll('a[href^="#f"]')) {
      const id = a.getAttribute("href").slice(1);
      edges.set(id, [...(edges.get(id) || []), row.querySelector("button")]);
    }
  }
  const list = document.getElementById("list");
  const all = list ? [...list.querySelectorAll("details")] : [];
  if (list) list.addEventListener("toggle", e => { if (e.target.open) fill(e.target); }, true);
  addEventListener("beforeprint", () => {
    for (const d of all) if (!d.hidden && d.open) fill(d);
  });

  // Filters.
  const form = document.getElementById("filter");
  const text = all.map(d => d.textContent.toLowerCase());
  const apply = () => {
    const f = new FormData(form);
    const words = f.get("text").toLowerCase().trim();
    let shown = 0;
    all.forEach((d, i) => {
      const ok = ["check", "category", "package", "severity"].every(k => !f.get(k) || d.dataset[k] === f.get(k)) && (!words || text[i].includes(words));
      d.hidden = !ok;
      if (ok) shown++;
    });
    document.getElementById("count").textContent = (shown === all.length ? "" : shown + " of ") + all.length + (all.length === 1 ? " finding" : " findings");
  };
  if (form) {
    form.addEventListener("input", apply);
    form.addEventListener("submit", e => e.preventDefault());
  }

  // What a link leads to is opened.
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", follow);
  follow();

  // The picture and the table of the order show each other.
  const mark = i => {
    for (const g of document.querySelectorAll(".picture g.on")) g.classList.remove("on");
    const g = document.getElementById("g-e" + i);
    if (g) g.classList.add("on");
    return g;
  };
  document.addEventListener("click", e => {
    const b = e.target.closest("button.show");
    if (b) {
      const g = mark(b.dataset.edge);
      if (g) g.scrollIntoView({block: "center", inline: "center"});
      return;
    }
    const g = e.target.closest(".picture g.edge");
    if (g) {
      const i = g.id.slice(3);
      mark(i);
      location.hash = "edge-" + i;
    }
  });

  // Keys.
  let at = -1;
  addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.target.matches("input, select")) {
      if (e.key === "Escape") e.target.blur();
      return;
    }
    if (e.key === "/" && form) {
      e.preventDefault();
      form.elements.text.focus();
    } else if (e.key === "t") {
      button.click();
    } else if (e.key === "j" || e.key === "k") {
      const step = e.key === "j" ? 1 : -1;
      const open = document.activeElement && document.activeElement.closest("details");
      if (open) at = all.indexOf(open);
      for (let i = at + step; i >= 0 && i < all.length; i += step) {
        if (!all[i].hidden) {
          at = i;
          all[i].querySelector("summary").focus();
          break;
        }
      }
    }
  });
})();
