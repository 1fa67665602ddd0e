/** podrun's own settings on Kubernetes objects. */

/** What a change of a ConfigMap or Secret does to a container that takes it: `ignore`, `restart` or `signal:NAME`. */
export const ON_CONFIG_CHANGE = 'podrun.dev/on-config-change';

/** `false`: no extra checks before the first success of a probe. */
export const EARLY_PROBES = 'podrun.dev/early-probes';

/** The short form's `dependsOn`: `db, migrate:Succeeded`. */
export const DEPENDS_ON = 'podrun.dev/depends-on';

/** The short form's `profiles`: `tools, debug`. */
export const PROFILES = 'podrun.dev/profiles';

/** The short form's `build` of each container that has one, as JSON: `{"app": {"context": "./app"}}`. It is never on the engine. */
export const BUILD = 'podrun.dev/build';

/** The short form's `onChange` of each container that has one, as JSON: `{"app": [{"paths": ["src"], "action": "restart"}]}`. It is never on the engine. */
export const ON_CHANGE = 'podrun.dev/on-change';

/** The ports for which podrun takes a free port of the machine, as the short form's `auto:5432`: `postgres:5432, app:53/udp`. */
export const AUTO_PORTS = 'podrun.dev/auto-ports';

/** The short form's `endpoints` that name this Pod first, as JSON: `{"DB": "postgres://{db:5432}/shop"}`. It is never on the engine. */
export const ENDPOINTS = 'podrun.dev/endpoints';

/** For which platform the images of the Pod's containers are, as `linux/arm64`; unset: the engine's own. */
export const PLATFORM = 'podrun.dev/platform';
