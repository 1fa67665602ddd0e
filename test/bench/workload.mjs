// What is measured: Pods of two containers, as podrun's file and as plain calls of the engine.
const grace = 10;
const server = "trap 'kill $p; exit 0' TERM; echo ok > /www/index.html; httpd -f -p 80 -h /www & p=$!; wait";
const sidecar = "trap 'exit 0' TERM; sleep 2147483647 & wait";

/** @typedef {{ name: string, body: any }} Create The name and body of a container. */

/**
 * @typedef {object} FloorPod
 * @property {string} volume
 * @property {Create} infra
 * @property {Create[]} containers
 */

/**
 * All that the floor's process needs, so that it has nothing to work out.
 * @typedef {object} FloorPlan
 * @property {string} host
 * @property {string} network
 * @property {Record<string, string>} labels
 * @property {string} image
 * @property {FloorPod[]} pods
 */

/**
 * @typedef {object} Variation
 * @property {number} [edits] How often a variable of the first Pod was edited.
 * @property {number} [periodSeconds] Of the probes.
 */

/**
 * The pods.yaml of so many Pods.
 * @param {string} project
 * @param {number} count
 * @param {Variation} [variation]
 */
export function podsFile(project, count, { edits = 0, periodSeconds = 1 } = {}) {
  const texts = podNames(count).map((name, index) => podText(name, index === 0 ? edits : 0, periodSeconds));
  return `name: ${project}\npods:\n${texts.join('')}`;
}

/**
 * The same Pods without podrun.
 * @param {string} host
 * @param {string} project
 * @param {number} count
 * @returns {FloorPlan}
 */
export function floorPlan(host, project, count) {
  const labels = floorLabels(project);
  return {
    host,
    network: project,
    labels,
    image: 'busybox',
    pods: podNames(count).map((name) => floorPod(`${project}.${name}`, name, project, labels)),
  };
}

/** What marks the floor's objects. @param {string} project @returns {Record<string, string>} */
export function floorLabels(project) {
  return { 'podrun-bench': project };
}

/** @param {number} count */
function podNames(count) {
  return Array.from({ length: count }, (_, index) => `pod${index + 1}`);
}

/** @param {string} name @param {number} edits @param {number} periodSeconds */
function podText(name, edits, periodSeconds) {
  return `  ${name}:
    terminationGracePeriodSeconds: ${grace}
    containers:
      server:
        image: busybox
        command: [sh, -c, ${JSON.stringify(server)}]
        env: {EDITS: "${edits}"}
        volumeMounts: ['www:/www']
        readinessProbe:
          httpGet: {path: /, port: 80}
          periodSeconds: ${periodSeconds}
      sidecar:
        image: busybox
        command: [sh, -c, ${JSON.stringify(sidecar)}]
        volumeMounts: ['www:/www']
    volumes:
      www: {emptyDir: {}}
`;
}

/**
 * @param {string} prefix
 * @param {string} name
 * @param {string} network
 * @param {Record<string, string>} labels
 * @returns {FloorPod}
 */
function floorPod(prefix, name, network, labels) {
  const infra = `${prefix}.infra`;
  const volume = `${prefix}.www`;
  /** @param {string} target @param {object} body @param {object} hostConfig */
  const create = (target, body, hostConfig) => ({
    Image: 'busybox',
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    ...body,
    HostConfig: {
      Mounts: [{ Type: 'volume', Source: volume, Target: target, VolumeOptions: { NoCopy: true } }],
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '5' } },
      ...hostConfig,
    },
  });
  const joined = { NetworkMode: `container:${infra}`, IpcMode: `container:${infra}` };
  /** @param {string} script */
  const run = (script) => create('/www', { StopTimeout: grace, Entrypoint: ['sh', '-c', script], Cmd: [] }, joined);
  const infraBody = {
    Entrypoint: ['sh', '-c', 'chmod 777 /podrun/volumes/www; exec sleep 2147483647'],
    Cmd: [],
    Hostname: name,
    StopTimeout: 2,
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
  };
  const infraHostConfig = {
    Init: true,
    IpcMode: 'shareable',
    NetworkMode: network,
    CapDrop: ['ALL'],
    CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'],
    SecurityOpt: ['no-new-privileges'],
  };
  return {
    volume,
    infra: { name: infra, body: create('/podrun/volumes/www', infraBody, infraHostConfig) },
    containers: [
      { name: `${prefix}.server`, body: run(server) },
      { name: `${prefix}.sidecar`, body: run(sidecar) },
    ],
  };
}
