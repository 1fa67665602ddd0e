/** The container of a project's gateway (its program: src/gateway). */
import { readFile } from 'node:fs/promises';
import type { GatewayLaunch } from '../../core/runtime/action.ts';
import { packArchive } from '../volumes/archive.ts';

const folder = 'podrun';
const program = `/${folder}/gateway.mjs`;
const state = `/${folder}/state`;

/** What passes lines to the gateway that runs there, and its answers back. */
export const feedCommand: readonly string[] = ['node', program, 'feed', state];

/**
 * The same in every network, where there is one gateway: neighbours keep for a while whose addresses those of Services
 * are, and one that is made anew has them at once.
 */
const macAddress = '02:70:6f:64:72:75';

export function gatewayBody(launch: GatewayLaunch): object {
  return {
    Image: launch.image,
    Labels: launch.labels,
    Entrypoint: ['node', program, 'serve', state, launch.range],
    Cmd: [],
    User: '0:0',
    WorkingDir: '/',
    Hostname: 'services',
    MacAddress: macAddress,
    StopTimeout: launch.stopGraceSeconds,
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      Init: true,
      NetworkMode: launch.networkId,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      // The route that makes the range its own, and becoming nobody; then it has none of them.
      CapDrop: ['ALL'],
      CapAdd: ['NET_ADMIN', 'SETUID', 'SETGID'],
      SecurityOpt: ['no-new-privileges'],
      // Ports below 1024 are for nobody, too: Docker's own default, not Podman's.
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    },
    NetworkingConfig: { EndpointsConfig: { [launch.networkId]: { MacAddress: macAddress } } },
  };
}

/** Its program, and the folder in which it keeps what it goes by: nobody else is in there. */
export async function gatewayArchive(launch: GatewayLaunch): Promise<Buffer> {
  return packArchive([
    { name: folder, type: 'directory', mode: 0o755 },
    { name: program.slice(1), type: 'file', mode: 0o644, body: await readFile(launch.program) },
    { name: state.slice(1), type: 'directory', mode: 0o777 },
  ]);
}
