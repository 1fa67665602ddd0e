/** Set by the build from package.json. */
declare const PODRUN_VERSION: string;

const args = process.argv.slice(2);
// The one question for which nothing is loaded.
if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${PODRUN_VERSION}\n`);
} else {
  const [{ runCommand }, { realWorld }] = await Promise.all([import('./cli/run-command.ts'), import('./world.ts')]);
  process.exitCode = await runCommand(args, PODRUN_VERSION, realWorld());
  // Nothing that is left open (a keep-alive socket, a watcher) may hold the process.
  process.stdout.write('', () => process.exit());
}
