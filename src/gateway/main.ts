/**
 * The program in a gateway's container:
 * `serve FOLDER RANGE` answers on all addresses of the range, which lead to this container from then on; as nobody.
 * `feed FOLDER` passes lines from its input to the one that serves, and acknowledgements back.
 */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { getServers } from 'node:dns';
import { join } from 'node:path';
import { Forwarder } from './dns/forward.ts';
import { listenForState } from './feed.ts';
import { Gateway } from './gateway.ts';
import { Room } from './room.ts';

const nobody = 65_534;
const socketName = 'feed.sock';
/** Each connection takes two descriptors; so many are left for all else. */
const spareDescriptors = 1_024;
const mostConnections = 20_000;

const [command, folder = '.', range] = process.argv.slice(2);

if (command === 'feed') feed();
else if (command === 'serve') await serve().catch(fail);
else process.exitCode = 2;

async function serve(): Promise<void> {
  if (range !== undefined) execFileSync('ip', ['route', 'replace', 'local', range, 'dev', 'lo']);
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
  const [resolver] = getServers();
  const gateway = new Gateway({
    folder,
    room: new Room(await connectionsAtOnce()),
    forwarder: new Forwarder(resolver === undefined ? undefined : { address: resolver, port: 53 }),
    dnsPort: 53,
  });
  process.once('SIGTERM', () => void gateway.close().finally(() => process.exit(0)));
  await gateway.resume();
  await listenForState(join(folder, socketName), gateway);
  // Whatever one connection brings up, the others go on.
  process.on('uncaughtException', (error) => process.stderr.write(`${error.stack ?? error.message}\n`));
}

/** It cannot serve: podrun goes by its exit code. */
function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

async function connectionsAtOnce(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const descriptors = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? 1_048_576);
  const free = descriptors > 2 * spareDescriptors ? descriptors - spareDescriptors : descriptors / 2;
  return Math.min(mostConnections, Math.floor(free / 2));
}

function feed(): void {
  const socket = connect(join(folder, socketName));
  socket.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  process.stdin.pipe(socket).pipe(process.stdout);
  socket.on('close', () => process.exit(0));
}
