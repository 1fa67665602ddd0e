/**
 * How often a property is tried with inputs drawn anew: `npm run check`, which is run every few minutes, tries a part of
 * them (PODRUN_EFFORT, from 0 to 1), `npm test` all.
 */
export const times = (all: number): number => Math.ceil(all * Number(process.env['PODRUN_EFFORT'] ?? 1));
