/** What a service becomes, field by field, and what of it has no equal. */
import type { Fields } from '../yaml/read.ts';

/** A field of the compose file that podrun has no equal for, or does otherwise. */
export interface Note {
  /** Where it stands: `services.web.networks`. */
  readonly path: string;
  /** Why, and what to do. */
  readonly text: string;
}

/** One Pod in the making. Each reader of a field adds what it means. */
export interface Draft {
  /** The service, as the compose file calls it. */
  readonly service: string;
  readonly pod: Record<string, unknown>;
  readonly container: Record<string, unknown>;
  /** Mounts, in the short form. */
  readonly mounts: unknown[];
  /** Volumes of the Pod, by name. */
  readonly volumes: Record<string, unknown>;
  /** The names that services and volumes have here. */
  readonly named: (name: string) => string;
  /** Which volumes, secrets and configs of the file are used. */
  readonly uses: Uses;
  /** @param field of the service, or a path below it */
  readonly note: (field: string, text: string) => void;
}

export interface Uses {
  readonly volumes: Set<string>;
  readonly secrets: Set<string>;
  readonly configs: Set<string>;
}

/** A security context that several fields of a service share. */
export function addSecurity(container: Record<string, unknown>, fields: Fields): void {
  container['securityContext'] = { ...(container['securityContext'] as Fields | undefined), ...fields };
}

/** Kubernetes' names have no `_` and no capitals: `My_DB` becomes `my-db`. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
