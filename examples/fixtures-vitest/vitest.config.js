import { defineConfig } from 'vitest/config';

// One instance for all test files, which run side by side against it.
export default defineConfig({ test: { globalSetup: ['podrun/vitest'] } });
