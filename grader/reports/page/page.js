"use strict";
(() => {
  const checks = [...document.querySelectorAll("details.check")];
  const tools = document.querySelector(".tools");
  const words = tools.dataset;

  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => act(made));
    tools.append(made);
    return made;
  };

  const all = button(words.unfold, () => {
    const open = checks.some((check) => !check.open && !check.hidden);
    for (const check of checks) check.open = open;
    all.textContent = open ? words.fold : words.unfold;
  });

  if (checks.some((check) => check.classList.contains("passed")) && checks.some((check) => !check.classList.contains("passed"))) {
    button(words.only, (made) => {
      const only = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(only));
      for (const check of checks) check.hidden = only && check.classList.contains("passed");
      for (const section of document.querySelectorAll("main section"))
        section.hidden = only && !section.querySelector("details.check:not([hidden])");
    }).setAttribute("aria-pressed", "false");
  }
  tools.hidden = false;

  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", unfold);
  unfold();

  let before = [];
  addEventListener("beforeprint", () => {
    before = checks.map((check) => check.open);
    for (const check of checks) check.open = true;
  });
  addEventListener("afterprint", () => checks.forEach((check, number) => { check.open = before[number]; }));
})();
