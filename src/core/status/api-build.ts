/** Builds as the annotation `podrun.dev/build` has them: in the words of the file. */
import type { Build } from '../../model/build.ts';

/** @returns JSON's fields; the platform that the Pod's own annotation gives is not in it */
export function writtenBuild({ context, args, dockerfile, target, network, ...more }: Build): object {
  const { secrets, ssh, cacheFrom, inlineCache, platforms } = more;
  return {
    ...{ context, args, dockerfile, target, network },
    secrets: secrets?.map(({ id, source, key }) => ({ source, key, target: id })),
    ssh: ssh?.map(({ id, path }) => (path === undefined ? id : `${id}=${path}`)),
    cache_from: cacheFrom,
    cache_to: inlineCache === true ? ['type=inline'] : undefined,
    platforms,
  };
}
