/** What a node of the reference is known to do wrong, done to ours: each weak point beside what came out here. */
import { promise } from '../../experiment.ts'
import type { Experiment, Finding } from '../../experiment.ts'
import { RPC_POINTS } from './rpc-points.ts'
import { RpcStage } from './rpc-stage.ts'
import { TALK_POINTS } from './talk-points.ts'

/** One thing that the reference does wrong. */
export interface WeakPoint<Stage> {
  readonly done: string
  /** What the reference does then. */
  readonly reference: string
  readonly aim: string
  /** What ours does, in words, and whether that is as it should be. */
  readonly attempt: (stage: Stage) => Promise<readonly [outcome: string, isMet: boolean]>
}

async function tried<Stage>(points: readonly WeakPoint<Stage>[], stage: Stage): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { done, reference, aim, attempt } of points) {
    const [outcome, isMet] = await attempt(stage)
    findings.push({ ...promise(done, { outcome, aim, isMet }), reference })
  }
  return findings
}

async function run(): Promise<readonly Finding[]> {
  await using stage = await RpcStage.start()
  return [...(await tried(RPC_POINTS, stage)), ...(await tried(TALK_POINTS, undefined))]
}

export const weakPoints: Experiment = {
  part: 'peers',
  name: 'weak-points',
  claim: 'what a node of the reference is known to do wrong, ours does right',
  run,
}
