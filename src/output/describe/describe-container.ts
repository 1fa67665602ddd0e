/** The containers of a described Pod (describe.go describeContainers). */
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  Pod,
  Probe,
} from 'kubernetes-types/core/v1.js';
import { describeEnv, describeEnvFrom } from './describe-env.ts';
import { indent } from '../tables/tabbed.ts';
import { wallTime } from '../wall-time.ts';

export function describeContainers(
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[],
  pod: Pod,
): readonly string[] {
  if (containers.length === 0) return [`${title}: <none>`];
  return [
    `${title}:`,
    ...containers.flatMap((container) => {
      const status = statuses.find(({ name }) => name === container.name);
      return [...indent(1, [`${container.name}:`]), ...indent(2, containerLines(container, status, pod))];
    }),
  ];
}

function containerLines(container: Container, status: ContainerStatus | undefined, pod: Pod): readonly string[] {
  const { image = '', ports = [], command = [], args = [], resources, securityContext } = container;
  return [
    ...(status === undefined ? [] : [`Container ID:\t${status.containerID ?? ''}`]),
    `Image:\t${image}`,
    ...(status === undefined ? [] : [`Image ID:\t${status.imageID}`]),
    portLine('Port', ports, ({ containerPort }) => containerPort),
    portLine('Host Port', ports, ({ hostPort = 0 }) => hostPort),
    ...(securityContext?.seccompProfile === undefined
      ? []
      : [`SeccompProfile:\t${securityContext.seccompProfile.type}`]),
    // kubectl leaves it out; here it is the reader's own machine.
    ...(securityContext?.privileged === true ? ['Privileged:\tTrue'] : []),
    ...wordLines('Command', command),
    ...wordLines('Args', args),
    ...(status === undefined ? [] : statusLines(status)),
    ...quantityLines('Limits', resources?.limits ?? {}),
    ...quantityLines('Requests', resources?.requests ?? {}),
    ...probeLine('Liveness', container.livenessProbe),
    ...probeLine('Readiness', container.readinessProbe),
    ...probeLine('Startup', container.startupProbe),
    ...describeEnvFrom(container),
    ...describeEnv(container, pod),
    ...mountLines(container),
  ];
}

function portLine(title: string, ports: readonly ContainerPort[], numberOf: (port: ContainerPort) => number): string {
  const texts = ports.map((port) => `${numberOf(port)}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`);
  return `${title}${texts.length > 1 ? 's' : ''}:\t${texts.length === 0 ? '<none>' : texts.join(', ')}`;
}

function wordLines(title: string, words: readonly string[]): readonly string[] {
  if (words.length === 0) return [];
  // A tab in a script must not align its lines.
  const lines = words.flatMap((word) => word.split('\n')).map((text) => text.replaceAll('\t', '        '));
  return [`${title}:`, ...indent(1, lines)];
}

function statusLines(status: ContainerStatus): readonly string[] {
  const { state = {}, lastState, ready, restartCount } = status;
  return [
    ...stateLines('State', state),
    ...(lastState?.terminated === undefined ? [] : stateLines('Last State', lastState)),
    `Ready:\t${ready ? 'True' : 'False'}`,
    `Restart Count:\t${restartCount}`,
  ];
}

function stateLines(title: string, { running, waiting, terminated }: ContainerState): readonly string[] {
  if (running !== undefined) return [`${title}:\tRunning`, ...indent(1, timeLine('Started', running.startedAt))];
  if (terminated === undefined)
    return [`${title}:\tWaiting`, ...indent(1, waiting?.reason ? [`Reason:\t${waiting.reason}`] : [])];
  const { reason, message, exitCode, signal = 0, startedAt, finishedAt } = terminated;
  return [
    `${title}:\tTerminated`,
    ...indent(1, [
      ...(reason ? [`Reason:\t${reason}`] : []),
      ...(message ? [`Message:\t${message.trimEnd()}`] : []),
      `Exit Code:\t${exitCode}`,
      ...(signal > 0 ? [`Signal:\t${signal}`] : []),
      ...timeLine('Started', startedAt),
      ...timeLine('Finished', finishedAt),
    ]),
  ];
}

/** Of an end that nobody saw no time is known; kubectl shows Go's zero time, which says nothing. */
function timeLine(title: string, time: string | undefined): readonly string[] {
  return time === undefined ? [] : [`${title}:\t${wallTime(time)}`];
}

function quantityLines(title: string, quantities: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(quantities).toSorted();
  return names.length === 0
    ? []
    : [
        `${title}:`,
        ...indent(
          1,
          names.map((name) => `${name}:\t${quantities[name] ?? ''}`),
        ),
      ];
}

function probeLine(title: string, probe: Probe | undefined): readonly string[] {
  return probe === undefined ? [] : [`${title}:\t${probeText(probe)}`];
}

function probeText(probe: Probe): string {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 1,
    periodSeconds = 10,
    successThreshold = 1,
    failureThreshold = 3,
  } = probe;
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s successThreshold=${successThreshold} failureThreshold=${failureThreshold}`;
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}] ${numbers}`;
  if (httpGet !== undefined) {
    const { scheme = 'HTTP', host = '', port, path = '' } = httpGet;
    // As Go writes a URL whose path is this text: a query in it is part of the path.
    const shown = encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${shown.startsWith('/') || shown === '' ? '' : '/'}${shown} ${numbers}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${numbers}`;
  return grpc === undefined ? `unknown ${numbers}` : `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${numbers}`;
}

function mountLines({ volumeMounts = [], volumeDevices = [] }: Container): readonly string[] {
  const sorted = volumeMounts.toSorted((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  const mounts = sorted.map(({ mountPath, name, readOnly, subPath }) => {
    const flags = [readOnly === true ? 'ro' : 'rw', ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])];
    return `${mountPath} from ${name} (${flags.join(',')})`;
  });
  const devices = volumeDevices.map(({ devicePath, name }) => `${devicePath} from ${name}`);
  return [
    ...(mounts.length === 0 ? ['Mounts:\t<none>'] : ['Mounts:', ...indent(1, mounts)]),
    ...(devices.length === 0 ? [] : ['Devices:', ...indent(1, devices)]),
  ];
}
