/** What the volumes of a fresh Pod are given before any of its containers is made. */
import type { DnsConfig, Pod } from '../../model/pod.ts';
import type { VolumeRoot } from '../runtime/action.ts';
import { allContainers } from '../runtime/facts.ts';
import { dnsOption, infraMountPath, messageFilePath, resolvConfPath } from './pod-volumes.ts';

/**
 * The modes that Kubernetes gives the volumes (the engine makes them 0755), and the files for the first messages. A tmpfs
 * has its mode from the beginning.
 */
export function volumeRoots({ spec }: Pod): readonly VolumeRoot[] {
  const { fsGroup } = spec.securityContext ?? {};
  const owner = fsGroup === undefined ? { mode: 0o777 } : { mode: 0o2777, gid: fsGroup };
  const roots = spec.volumes
    .filter(
      (volume) => volume.emptyDir?.medium === '' || volume.ephemeral !== undefined || volume.configMap !== undefined,
    )
    .map((volume) => ({ path: infraMountPath(volume.name), ...owner }));
  const messages = allContainers(spec).map(({ name }) => ({
    path: messageFilePath(name, 0),
    mode: 0o666,
    text: '',
  }));
  const dns = spec.dnsPolicy === 'None' ? [resolver(spec.dnsConfig)] : [];
  return [...roots, ...messages, ...dns];
}

/** dnsPolicy None: nothing but what dnsConfig says. */
function resolver(config: DnsConfig | undefined): VolumeRoot {
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  const lines = [
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(searches.length === 0 ? [] : [`search ${searches.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.map(dnsOption).join(' ')}`]),
  ];
  return { path: resolvConfPath, mode: 0o644, text: `${lines.join('\n')}\n` };
}
