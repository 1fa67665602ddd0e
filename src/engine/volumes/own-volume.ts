import type { EngineAction } from '../../core/runtime/action.ts';
import { runInInfra } from '../containers/exec.ts';
import type { Session } from '../session.ts';

/**
 * Gives all that a volume holds to a group, which may then read and write it, through a running infra. Rejects as
 * {@link runInInfra}.
 */
export async function ownVolume(
  session: Session,
  { id, path, gid, onMismatch }: Extract<EngineAction, { verb: 'ownVolume' }>,
): Promise<void> {
  await runInInfra(session, id, ['sh', '-c', script, 'sh', path, String(gid), onMismatch ? 'mismatch' : ''], ownMs);
}

/** A volume may have a million files. */
const ownMs = 1_800_000;

/**
 * $1 the volume's root, $2 the group, $3 set: only where the root is not the group's already. The root comes last, so that
 * it tells whether all was done. A link is given itself, never what it leads to. What the kubelet adds: rw for owner and
 * group, and x and the group's own for what is made in a directory.
 */
const script = `
set -e
if [ -n "$3" ] && [ "$(stat -c %g "$1")" = "$2" ]; then
  mode=$(stat -c %a "$1")
  [ $((0$mode & 02770)) -ne $((02770)) ] || exit 0
fi
find "$1" -depth ! -type l -exec chmod ug+rw {} +
find "$1" -mindepth 1 -type d -exec chmod ug+x,g+s {} +
find "$1" -mindepth 1 -exec chown -h ":$2" {} +
chown ":$2" "$1"
chmod ug+rwx,g+s "$1"
`;
