// The way in of `npm start`, `npm test`, `npm run check` and `npm run bench`: node scripts/ready.mjs <task> [arguments].
// It brings a fresh clone to where the task can run. Here stands only what an old Node can read, so that it can say that it
// is too old; everything else is imported afterwards.
const wanted = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(
    "nas4cim needs Node " +
      wanted.join(".") +
      " or newer, this is Node " +
      process.versions.node +
      " (" +
      process.execPath +
      ").",
  );
  console.error("Get one from https://nodejs.org or with your version manager, for example: nvm install 22");
  process.exitCode = 5;
} else {
  import("./tasks.mjs")
    .then(({ runTask }) => runTask(process.argv[2], process.argv.slice(3)))
    .then((code) => {
      if (code !== undefined) process.exitCode = code;
    })
    .catch((error) => {
      console.error(error instanceof Error ? error.stack : error);
      process.exitCode = 70;
    });
}
