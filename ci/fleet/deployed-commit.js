// Which commit a stack runs: reads what `pulumi stack history --json` prints, and prints the commit of the last update that succeeded, or
// `nothing`; ` --resumed` after it where one failed later. Pulumi notes the commit of the checkout with each update, and whether all was committed.
const updates = JSON.parse(require("node:fs").readFileSync(0, "utf8")).filter(({ kind }) => kind === "update" || kind === "destroy");
const last = updates.findIndex(({ result }) => result === "succeeded");
const { "git.head": head = "", "git.dirty": dirty } = updates[last]?.environment ?? {};
const isGone = last === -1 || updates[last].kind === "destroy";
const unknown = isGone
  ? undefined
  : !/^[0-9a-f]{40}$/.test(head)
    ? "outside of a git checkout"
    : dirty === "true"
      ? `from ${head} with changes that were in no commit`
      : undefined;
if (unknown !== undefined) {
  console.error(
    `The last update was made ${unknown}: nobody knows what runs. Deploy once by hand from a clean checkout (docs/pipelines.md)`,
  );
  process.exit(1);
}
const commit = isGone ? "nothing" : head;
console.log(last === 0 || updates.length === 0 ? commit : `${commit} --resumed`);
