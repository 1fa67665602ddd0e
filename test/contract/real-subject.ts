import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { label } from '../../src/core/runtime/labels.ts';
import { connectEngine } from '../../src/engine/connect.ts';
import type { Hand, Subject } from './subject.ts';

/** The engine that DOCKER_HOST names; there is no other, and none is an error: a contract nobody checks is none. */
export async function makeRealSubject(): Promise<Subject> {
  const engine = await connectEngine({ env: { DOCKER_HOST: realHost() }, home: '/nonexistent' });
  return {
    engine,
    hand: createHand(realDocker()),
    socketPath: realSocketPath(),
    close() {
      engine.close();
      return Promise.resolve();
    },
  };
}

export function realHost(): string {
  const host = process.env['DOCKER_HOST'];
  if (!host) throw new Error('the contract runs on the engine that DOCKER_HOST names, and it is not set');
  return host;
}

/** For what a human does, and for what a test sees that podrun does not show. */
export function realDocker(): Docker {
  realHost();
  return new Docker();
}

export function realSocketPath(): string {
  const host = realHost();
  if (!host.startsWith('unix://')) throw new Error(`this case needs an engine on a socket, not ${host}`);
  return host.slice('unix://'.length);
}

function createHand(docker: Docker): Hand {
  return {
    restart: async (id) => void (await docker.getContainer(id).restart({ t: 0 })),
    pause: async (id) => void (await docker.getContainer(id).pause()),
    unpause: async (id) => void (await docker.getContainer(id).unpause()),
    async createNetwork(name, labels) {
      return (await docker.createNetwork({ Name: name, CheckDuplicate: false, Labels: { ...labels } })).id;
    },
    createVolume: async (name, labels) => void (await docker.createVolume({ Name: name, Labels: { ...labels } })),
    async sweep(project) {
      const filters = { label: [`${label.project}=${project}`] };
      const containers = await docker.listContainers({ all: true, filters });
      await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
      const { Volumes } = await docker.listVolumes({ filters });
      await Promise.all(Volumes.map(({ Name }) => docker.getVolume(Name).remove()));
      const networks = await docker.listNetworks({ filters });
      await Promise.all(networks.map(({ Id }) => removeNetwork(docker, Id)));
    },
  };
}

/** The engine answers that a container is removed a moment before it lets go of the container's endpoint. */
async function removeNetwork(docker: Docker, id: string): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return void (await docker.getNetwork(id).remove());
    } catch (error) {
      if (tries === 100 || !String(error).includes('active endpoints')) throw error;
      await delay(100);
    }
}
