/** What a first file runs: an image, or what a Dockerfile builds. */
export interface FirstFile {
  /** Where an editor finds the schema. */
  readonly schema: string;
  /** The port that the Dockerfile exposes, 80 if none; absent: there is no Dockerfile. */
  readonly builtPort?: number;
}

/** The line that an editor's YAML language server reads first. */
export const schemaLine = (schema: string): string => `# yaml-language-server: $schema=${schema}\n`;

/** Valid as it is, and with any of its comments that hold a field taken in. */
export function firstFile({ schema, builtPort }: FirstFile): string {
  const port = builtPort ?? 80;
  const image =
    builtPort === undefined
      ? 'image: nginx:1.29       # or build: ./app, a folder with a Dockerfile'
      : 'build: .                # this folder has a Dockerfile; or image: nginx:1.29';
  const probe = builtPort === undefined ? '{httpGet: {path: /, port: 80}}' : `{tcpSocket: {port: ${port}}}`;
  const ports = `ports: ['8080:${port}']`.padEnd(23);
  return `${schemaLine(schema)}# podrun up makes what stands here and keeps it so; podrun diff says what an
# edit would do; podrun down takes it down.
# name: shop                    # the project; unset: the folder's name
pods:
  web:                          # other Pods reach this one by its name
    # terminationGracePeriodSeconds: 10
    # initContainers:           # run to their end first, one after the other
    #   setup: {image: busybox, command: [echo, hello]}
    containers:                 # they reach each other on localhost
      app:
        ${image}
        ${ports} # http://127.0.0.1:8080, for this machine alone
        # env: {LOG: '\${LOG:-info}'}    # from the environment, or from .env
        # volumeMounts: ['./site:/usr/share/nginx/html:ro', 'data:/data']
        # resources: {limits: {memory: 256Mi}}
        readinessProbe: ${probe}
# volumes: {data: {}}           # kept by down, removed by down --volumes
# secrets: {db: {data: {password: example}}}
# Kubernetes objects, as kubectl takes them, may follow after a line of ---
`;
}

/** The first port that a Dockerfile exposes; 80 where it names none. */
export function exposedPort(dockerfile: string): number {
  const [, port] = /^\s*EXPOSE\s+(\d+)/im.exec(dockerfile) ?? [];
  return Number(port ?? 80);
}
