// The peers that run in node: minisearch and fuse.js. Called by run.py: engine, rows, queries, results, modules, and
// how many milliseconds of processor time all answers together may take.
const fs = require("fs");
const path = require("path");
const [engine, corpus, asked, out, modules, most] = process.argv.slice(2);
const load = require("module").createRequire(path.join(modules, "package.json"));
const rows = fs.readFileSync(corpus, "utf8").trim().split("\n").map((line) => {
  const row = JSON.parse(line);
  return { ...row, about: row.topics.join(" ") };
});
const queries = JSON.parse(fs.readFileSync(asked, "utf8"));
const now = () => {
  const spent = process.cpuUsage();
  return (spent.user + spent.system) / 1000;
};
const resident = () => {
  if (global.gc) global.gc();
  return process.memoryUsage().rss;
};
const before = resident();
const began = now();
let find;
if (engine === "minisearch") {
  const loaded = load("minisearch");
  const MiniSearch = loaded.default || loaded;
  const index = new MiniSearch({
    fields: ["text", "speaker", "source", "about"],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { about: 2, speaker: 2 } },
  });
  index.addAll(rows);
  find = (words) => index.search(words).slice(0, 5).map((hit) => hit.id);
} else {
  const Fuse = load("fuse.js");
  const index = new (Fuse.default || Fuse)(rows, { keys: ["text", "speaker", "source", "about"], ignoreLocation: true, threshold: 0.4 });
  find = (words) => index.search(words, { limit: 5 }).map((hit) => hit.item.id);
}
const built = now() - began;
const memory = resident() - before;
const answers = [];
const first = now();
for (const words of queries) {
  const start = now();
  if (start - first > Number(most)) break;
  const ids = find(words);
  answers.push([ids, now() - start]);
}
fs.writeFileSync(out, JSON.stringify({ built, memory, answers }));
