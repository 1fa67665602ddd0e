import { join } from 'node:path';
import { defaultNames } from '../../run/project-place.ts';
import { exists, writeText } from '../../platform/files.ts';
import type { World } from '../../run/world.ts';
import { CommandError, exitCode } from '../exit-code.ts';

export interface InitOptions {
  /** Write over a file that is there. */
  readonly force: boolean;
}

/** `podrun init`: a first pods.yaml in the working directory. What is there is not written over without --force. */
export async function init(world: World, { force }: InitOptions): Promise<number> {
  const [name = ''] = defaultNames;
  for (const taken of force ? [] : defaultNames)
    if (await exists(join(world.cwd, taken)))
      throw new CommandError(exitCode.usage, `there is a ${taken} already; --force writes over ${name}`);
  const problem = await writeText(join(world.cwd, name), firstFile, force);
  if (problem !== undefined) throw new CommandError(exitCode.failed, `${name} cannot be written: ${problem}`);
  world.stdout.write(`${name} written: podrun diff says what it would make, podrun up makes it\n`);
  return exitCode.done;
}

/** Valid as it is, and with any of its comments that hold a field taken in. */
const firstFile = `# yaml-language-server: $schema=./node_modules/podrun/schema/pods.schema.json
# podrun up makes what stands here and keeps it so, podrun diff says what an edit would do, podrun down takes it down.
# name: shop                        # the project; unset: the folder's name
pods:
  web:                              # other Pods reach this one by its name
    # terminationGracePeriodSeconds: 10
    # initContainers:               # run to their end first, one after the other
    #   setup: {image: busybox, command: [echo, hello]}
    containers:                     # share their network: they reach each other on localhost
      app:
        image: nginx:1.29           # or build: ./app, a folder with a Dockerfile
        ports: ['8080:80']          # http://127.0.0.1:8080; '0.0.0.0:8080:80' opens it to other machines
        # env: {LOG: '\${LOG:-info}'} # \${...} is from the environment, or from .env beside this file
        # volumeMounts: ['./site:/usr/share/nginx/html:ro', 'data:/data']
        # resources: {limits: {memory: 256Mi}}
        readinessProbe: {httpGet: {path: /, port: 80}}
# volumes: {data: {}}               # kept by podrun down; podrun down --volumes removes them
# secrets: {db: {data: {password: example}}}
# Kubernetes objects, as kubectl takes them, may follow after a line of ---
`;
