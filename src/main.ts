/** Set by the build from package.json. */
declare const PODRUN_VERSION: string;

const args = process.argv.slice(2);
// The one question for which nothing is loaded.
if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${PODRUN_VERSION}\n`);
} else {
  const [{ runCommand }, { realWorld }] = await Promise.all([import('./cli/run-command.ts'), import('./world.ts')]);
  process.exitCode = await runCommand(args, PODRUN_VERSION, realWorld());
  // Nothing that is left open (a keep-alive socket, a watcher) may hold the process; a slow reader may, until it has all.
  process.stdout.write('', () => process.stderr.write('', end));
}

/** Node restores the terminal's modes when it exits, and aborts where that is gone: after a SIGHUP the signal itself ends us. */
function end(): void {
  const { stdin, stdout, stderr } = process;
  if (process.exitCode !== 129 || ![stdin, stdout, stderr].some((stream) => stream.isTTY)) process.exit();
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}
