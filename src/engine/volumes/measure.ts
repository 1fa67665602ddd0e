import { runInInfra } from '../containers/exec.ts';
import type { Session } from '../session.ts';

/** How many bytes of the disk what is under each path takes, through a running infra. Rejects as {@link runInInfra}. */
export async function measureVolumes(
  session: Session,
  infraId: string,
  paths: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const output = await runInInfra(session, infraId, ['du', '-sk', ...paths]);
  const lines = output.split('\n').map((line) => /^(\d+)\s+(.+)$/.exec(line));
  const used = lines.flatMap((match) => (match === null ? [] : [[match[2] ?? '', Number(match[1]) * 1024] as const]));
  return Object.fromEntries(used);
}
