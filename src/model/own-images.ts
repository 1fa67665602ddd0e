/** What podrun's own containers are made of, unless it is said otherwise. */
export const INFRA_IMAGE = 'busybox';
export const SERVICES_IMAGE = 'node:22-alpine';

/** What the environment says of them. */
export const ownImages = (env: Readonly<Record<string, string | undefined>>) => ({
  infraImage: env['PODRUN_INFRA_IMAGE'] ?? INFRA_IMAGE,
  servicesImage: env['PODRUN_SERVICES_IMAGE'] ?? SERVICES_IMAGE,
});
