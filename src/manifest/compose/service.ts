/** The fields of a service, and what each becomes in its Pod. */
import { fieldsOf, isFields, listOf, textOf } from '../yaml/read.ts';
import { readBuild, readDevelop } from './build.ts';
import { addSecurity } from './draft.ts';
import type { Draft } from './draft.ts';
import { readHealthcheck } from './health.ts';
import { readHost, readHosts, readLabels, readUser } from './identity.ts';
import { addMemory, readGrants, readTmpfs, readVolumes } from './mounts.ts';
import { readPorts } from './ports.ts';
import { readDeploy, readReplicas, readResource } from './resources.ts';
import { command, literal, many, pairs, seconds, text } from './values.ts';

type Reader = (value: unknown, draft: Draft) => void;

/** Compose's own grace, where Kubernetes' is 30 s. */
const graceSeconds = 10;

const ofContainer =
  (field: string): Reader =>
  (value, { container }) => {
    container[field] = value;
  };

const security =
  (field: string): Reader =>
  (value, { container }) => {
    if (value !== false) addSecurity(container, { [field]: value });
  };

const capabilities =
  (field: 'add' | 'drop'): Reader =>
  (value, { container }) => {
    const { capabilities: others } = fieldsOf(container['securityContext']);
    const names = many(value).map((name) => text(name).replace(/^CAP_/, ''));
    addSecurity(container, { capabilities: { ...fieldsOf(others), [field]: names } });
  };

/** It has no equal: the reason, and what does it here. */
const none =
  (reason: string): Reader =>
  (_, draft) =>
    draft.note('', reason);

const nothing: Reader = () => {};

const readers: Readonly<Record<string, Reader>> = {
  build: readBuild,
  cap_add: capabilities('add'),
  cap_drop: capabilities('drop'),
  command: (value, { container }) => {
    if (value !== null) container['args'] = command(value);
  },
  configs: readGrants('configs'),
  container_name: none(
    "podrun names the engine's containers, PROJECT.POD.CONTAINER and more; its commands take the Pod's name",
  ),
  cpus: readResource('limits', 'cpu'),
  depends_on: readDependsOn,
  deploy: readDeploy,
  develop: readDevelop,
  dns: (value, { pod }) => addDns(pod, { nameservers: many(value) }),
  dns_search: (value, { pod }) => addDns(pod, { searches: many(value) }),
  entrypoint: (value, { container }) => {
    if (value !== null) container['command'] = command(value);
  },
  env_file: readEnvFile,
  environment: (value, { container }) => {
    // A name alone is taken from the environment, and is empty where that has none.
    const env = pairs(value).map(([name, each]) => [name, each === undefined ? `\${${name}:-}` : literal(each)]);
    if (env.length > 0) container['env'] = Object.fromEntries(env);
  },
  expose: nothing,
  extends: none('podrun reads no other service: run this on the output of docker compose config'),
  extra_hosts: readHosts,
  group_add: (value, { pod, note }) => {
    const groups = many(value).map(Number);
    if (groups.some(Number.isNaN)) note('', 'Kubernetes takes numbers of groups');
    else pod['securityContext'] = { ...fieldsOf(pod['securityContext']), supplementalGroups: groups };
  },
  healthcheck: readHealthcheck,
  hostname: (value, { pod }) => {
    pod['hostname'] = value;
  },
  image: ofContainer('image'),
  init: none("shareProcessNamespace: true has the Pod's infra container collect what is orphaned"),
  ipc: readHost('hostIPC'),
  labels: readLabels,
  links: none('a Pod reaches the others by their names'),
  logging: none('the engine keeps the logs, bounded; podrun logs reads them'),
  mem_limit: readResource('limits', 'memory'),
  mem_reservation: readResource('requests', 'memory'),
  network_mode: readHost('hostNetwork'),
  networks: readNetworks,
  pid: readHost('hostPID'),
  platform: (value, { pod }) => {
    pod['annotations'] = { ...fieldsOf(pod['annotations']), 'podrun.dev/platform': value };
  },
  ports: readPorts,
  privileged: security('privileged'),
  profiles: (value, { pod }) => {
    pod['profiles'] = value;
  },
  pull_policy: readPullPolicy,
  read_only: security('readOnlyRootFilesystem'),
  restart: readRestart,
  scale: (value, draft) => readReplicas(value, draft, ''),
  secrets: readGrants('secrets'),
  security_opt: readSecurityOptions,
  shm_size: (value, draft) => addMemory('/dev/shm', value, draft),
  stdin_open: ofContainer('stdin'),
  stop_grace_period: (value, { pod, note }) => {
    const given = seconds(value);
    if (given === undefined) note('', `${text(value)} is no duration that podrun can turn into seconds`);
    else pod['terminationGracePeriodSeconds'] = given;
  },
  stop_signal: (value, { container }) => {
    container['lifecycle'] = { stopSignal: value };
  },
  sysctls: (value, { pod }) => {
    const sysctls = pairs(value).map(([name, each = '']) => ({ name, value: each }));
    pod['securityContext'] = { ...fieldsOf(pod['securityContext']), sysctls };
  },
  tmpfs: readTmpfs,
  tty: ofContainer('tty'),
  user: readUser,
  volumes: readVolumes,
  working_dir: ofContainer('workingDir'),
};

/** Fills a draft from all the fields of a service. */
export function readService(service: unknown, draft: Draft): void {
  draft.pod['restartPolicy'] = 'Never';
  draft.pod['terminationGracePeriodSeconds'] = graceSeconds;
  for (const [field, value] of Object.entries(fieldsOf(service))) {
    if (field.startsWith('x-')) continue;
    const read = Object.hasOwn(readers, field) ? readers[field] : none('podrun has nothing like it');
    read?.(value, { ...draft, note: (below, words) => draft.note(below === '' ? field : below, words) });
  }
}

function readDependsOn(value: unknown, { pod, named, note }: Draft): void {
  const conditions: Readonly<Record<string, string>> = {
    service_healthy: 'Ready',
    service_completed_successfully: 'Succeeded',
  };
  const all = isFields(value) ? Object.entries(value) : listOf(value).map((name) => [text(name), {}] as const);
  const waits = all.map(([name, each]) => {
    const { condition, restart } = fieldsOf(each);
    if (restart === true) note(`depends_on.${name}.restart`, 'a dependency holds back the first start alone');
    return [named(name), { condition: conditions[textOf(condition) ?? ''] ?? 'Started' }] as const;
  });
  if (waits.length > 0) pod['dependsOn'] = Object.fromEntries(waits);
}

function readEnvFile(value: unknown, { container, note }: Draft): void {
  container['envFile'] = many(value).map((each) => {
    const { path, required } = fieldsOf(each);
    if (required === false) note('env_file', `${text(path)}: here a file that is named has to be there`);
    return path ?? each;
  });
}

function readNetworks(value: unknown, draft: Draft): void {
  const networks = isFields(value) ? value : {};
  for (const [name, each] of Object.entries(networks))
    if (fieldsOf(each)['aliases'] !== undefined)
      draft.note(`networks.${name}.aliases`, 'a Service that selects the Pod gives it another name');
}

/** Unset it is `no` in compose: what has ended stays ended. */
function readRestart(value: unknown, { pod, note }: Draft): void {
  const [policy = '', times] = text(value).split(':');
  if (policy === 'always' || policy === 'unless-stopped') delete pod['restartPolicy'];
  else if (policy === 'on-failure') pod['restartPolicy'] = 'OnFailure';
  if (times !== undefined) note('', 'Kubernetes tries again without end, at growing intervals');
}

function readPullPolicy(value: unknown, { container, note }: Draft): void {
  if (value === 'always') container['imagePullPolicy'] = 'Always';
  else if (value === 'never') container['imagePullPolicy'] = 'Never';
  else if (value !== 'missing' && value !== 'if_not_present')
    note('', `${text(value)} is none of Always, IfNotPresent and Never`);
}

function readSecurityOptions(value: unknown, { container, note }: Draft): void {
  for (const option of many(value).map(text)) {
    if (/^no-new-privileges(:true|=true)?$/.test(option)) addSecurity(container, { allowPrivilegeEscalation: false });
    else note('', `${option}: see securityContext`);
  }
}

function addDns(pod: Record<string, unknown>, fields: object): void {
  pod['dnsConfig'] = { ...fieldsOf(pod['dnsConfig']), ...fields };
}
