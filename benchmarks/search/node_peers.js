// The peers that run in node: minisearch and fuse.js. Called by run.py with three files: rows, queries, results.
const fs = require("fs");
const path = require("path");
const [engine, corpus, asked, out, modules] = process.argv.slice(2);
const load = require("module").createRequire(path.join(modules, "package.json"));
const rows = fs.readFileSync(corpus, "utf8").trim().split("\n").map(JSON.parse).map((row) => ({ ...row, about: row.topics.join(" ") }));
const queries = JSON.parse(fs.readFileSync(asked, "utf8"));
const now = () => {
  const spent = process.cpuUsage();
  return (spent.user + spent.system) / 1000;
};
const before = process.memoryUsage().rss;
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
const memory = process.memoryUsage().rss - before;
const answers = queries.map((words) => {
  const start = now();
  const ids = find(words);
  return [ids, now() - start];
});
fs.writeFileSync(out, JSON.stringify({ built, memory, answers }));
