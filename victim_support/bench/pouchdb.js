// The same records through PouchDB: leveldb here, express-pouchdb with leveldb behind HTTP there.
// node pouchdb.js FOLDER RECORDS.json EDITS   (FOLDER holds node_modules); prints JSON.
"use strict";
const path = require("path");
const fs = require("fs");
const { fork } = require("child_process");
const { createRequire } = require("module");

const [folder, file, edits, role] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(folder), "index.js"));
const PouchDB = load("pouchdb-node");
const WELL = { batch_size: 2000, batches_limit: 10 };

function serve() {
  const There = PouchDB.defaults({ prefix: path.join(path.dirname(file), "there-") });
  const app = load("express")();
  app.use("/", load("express-pouchdb")(There, { mode: "minimumForPouchDB", inMemoryConfig: true }));
  const server = app.listen(0, "127.0.0.1", () => process.send(server.address().port));
}

async function timed(act) {
  const start = process.hrtime.bigint();
  await act();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

async function measure(port) {
  const here = new PouchDB(path.join(path.dirname(file), "here"));
  const there = new PouchDB(`http://127.0.0.1:${port}/records`);
  const records = JSON.parse(fs.readFileSync(file, "utf8"));
  await here.bulkDocs(records);
  const seconds = await timed(() => here.replicate.to(there, WELL));
  const found = await here.allDocs({ include_docs: true, limit: Number(edits) });
  await here.bulkDocs(found.rows.map((row) => ({ ...row.doc, phone: "000-1111-2222" })));
  const editsSeconds = await timed(() => here.replicate.to(there, WELL));
  const nothingSeconds = await timed(() => here.replicate.to(there, WELL));
  const { doc_count: arrived } = await there.info();
  return {
    peer: "PouchDB " + PouchDB.version,
    arrived,
    new_records_per_second: Math.round(records.length / seconds),
    edits_seconds: Number(editsSeconds.toFixed(4)),
    nothing_seconds: Number(nothingSeconds.toFixed(4)),
  };
}

if (role === "serve") {
  serve();
} else {
  const server = fork(__filename, [folder, file, edits, "serve"]);
  server.once("message", async (port) => {
    try {
      process.stdout.write(JSON.stringify(await measure(port)));
    } finally {
      server.kill();
    }
  });
}
