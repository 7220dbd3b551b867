/** Search, kinds of change, open and close all, and the keys for them. `found` is told what is searched for. */
export function startFilters(found: (text: string) => void): void {
  const form = document.getElementById("filters") as HTMLFormElement;
  const search = document.getElementById("search") as HTMLInputElement;
  const said = document.getElementById("found") as HTMLOutputElement;
  const changes = [...document.querySelectorAll<HTMLDetailsElement>("details.change")];
  const leaves = [...document.querySelectorAll<HTMLLIElement>(".tree li")].reverse();
  form.hidden = false;

  const filter = (): void => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const ops = new Set([...form.querySelectorAll<HTMLInputElement>("[name=op]:checked")].map(({ value }) => value));
    const fits = ({ dataset }: HTMLElement): boolean =>
      words.every((word) => dataset["text"]?.includes(word)) && (dataset["op"] === "same" || ops.has(dataset["op"] ?? ""));
    for (const one of changes) one.hidden = !fits(one);
    // From the leaves up: what has something to show below it is shown.
    for (const one of leaves) {
      const below = one.querySelector(":scope > details > ul > li:not([hidden])") !== null;
      one.hidden = !fits(one) && !below;
      if (words.length > 0 && below) (one.firstElementChild as HTMLDetailsElement).open = true;
    }
    for (const section of document.querySelectorAll(".changes")) {
      const number = section.querySelector(".shown");
      if (number) number.textContent = String(section.querySelectorAll("details.change:not([hidden])").length);
    }
    const shown = changes.filter(({ hidden }) => !hidden).length;
    said.textContent = shown === changes.length ? "" : `${shown} of ${changes.length} changes`;
  };
  let waiting: number | undefined;
  form.addEventListener("input", () => {
    filter();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      found(search.value.trim().toLowerCase());
    }, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
  });
  const all = (open: boolean) => (): void => {
    for (const one of changes) if (!one.hidden) one.open = open;
  };
  document.getElementById("open-all")?.addEventListener("click", all(true));
  document.getElementById("close-all")?.addEventListener("click", all(false));
  document.addEventListener("keydown", (event) => {
    onKey(event, search, changes);
  });
  window.addEventListener("hashchange", openTarget);
  openTarget();
}

/** A link to a change opens it. */
function openTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.hidden = false;
  target.open = true;
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary")?.focus();
}

function onKey(event: KeyboardEvent, search: HTMLInputElement, changes: readonly HTMLDetailsElement[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  if (target === search) {
    if (event.key === "Escape") {
      search.value = "";
      search.dispatchEvent(new Event("input", { bubbles: true }));
      search.blur();
    }
    return;
  }
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  }
  if (event.key !== "j" && event.key !== "k") return;
  const shown = changes.filter(({ hidden }) => !hidden);
  const at = shown.findIndex((one) => one.contains(document.activeElement));
  const next = event.key === "j" ? at + 1 : at < 0 ? shown.length - 1 : Math.max(0, at - 1);
  const summary = shown[Math.min(next, shown.length - 1)]?.querySelector("summary");
  summary?.focus();
  summary?.scrollIntoView({ block: "center" });
}
