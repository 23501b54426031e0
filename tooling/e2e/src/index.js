export { loopbackHost } from './addresses.ts';
export { DaemonNode } from './daemon-node.ts';
export { Program } from './program.ts';
export { SeedNode } from './seed-node.ts';
export { TempHome } from './temp-home.ts';
export { until } from './until.ts';
