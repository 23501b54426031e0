/** Experiments on bytes and texts that are almost right, for everything that reads. */
import type { Experiment } from '../experiment.ts'
import { HOSTILE_BYTES, MADE_VALUES } from './hostile-bytes.ts'
import { RPC_REQUESTS } from './rpc/rpc-requests.ts'

export const FUZZ: readonly Experiment[] = [HOSTILE_BYTES, MADE_VALUES, RPC_REQUESTS]
