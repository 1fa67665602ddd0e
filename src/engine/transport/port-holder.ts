/** Who holds a port that a Pod was to publish, as far as that can be found. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { label } from '../../core/runtime/labels.ts';
import { call, expectList } from './call.ts';
import type { Session } from '../session.ts';

/** The engine's words for a port that is taken: by a container of its own, or by another process. */
const taken = [
  /Bind for \S+:(\d+) failed: port is already allocated/,
  /listen \S+ \S+:(\d+): bind: address already in use/,
];

/** What the engine writes before it: with an id that is another one each time. */
const endpoint = /^.* on endpoint \S+ \(\w+\): (Error starting userland proxy: )?/;

/** The text with the holder behind it, where it says that a port is taken; else as it is. Never rejects. */
export async function withPortHolder(session: Session, text: string): Promise<string> {
  const port = Number(taken.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined));
  if (Number.isNaN(port)) return text;
  const find = async () => (await containerAt(session, port)) ?? (session.isHere ? await processAt(port) : undefined);
  const holder = await find().catch(() => undefined);
  return text.replace(endpoint, '') + (holder === undefined ? '' : ` (by ${holder})`);
}

async function containerAt({ docker, deadlines }: Session, port: number): Promise<string | undefined> {
  const running = expectList(await call(deadlines.lookMs, (abortSignal) => docker.listContainers({ abortSignal })));
  const holder = running.find(({ Ports: ports }) => ports.some(({ PublicPort }) => PublicPort === port));
  if (holder === undefined) return undefined;
  const { Names: names, Labels: labels } = holder;
  const project = labels[label.project];
  const pod = labels[label.podName];
  return project === undefined || pod === undefined
    ? `container ${names[0]?.replace(/^\//, '') ?? holder.Id}`
    : `Pod ${pod} of project ${project}`;
}

/** Only of what this user may look at. */
async function processAt(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6', 'udp', 'udp6'].map((table) => socketsAt(table, port)));
  const sockets = new Set(tables.flat());
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (links.some((link) => sockets.has(link)))
      return `process ${pid}, ${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()}`;
  }
  return undefined;
}

/** The sockets of a kernel's table that listen on a port, as a link to one reads (proc_net(5)). */
async function socketsAt(table: string, port: number): Promise<readonly string[]> {
  const lines = (await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')).split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const isListening = state === '0A' || table.startsWith('udp');
    return isListening && Number.parseInt(local.replace(/^.*:/, ''), 16) === port ? [`socket:[${inode}]`] : [];
  });
}
