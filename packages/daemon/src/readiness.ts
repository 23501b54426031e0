/** Whether a daemon does what it is there for, as `GET /readyz` tells it. */

export interface NodeState {
  /** Of the network, where there are several. */
  readonly network?: string
  /** Of its node: open, start, started, run or stopped. */
  readonly state: string
}

/** Told to anybody: it holds no secrets. */
export interface Readiness {
  readonly ready: boolean
  /** Of the node that is least far, `stopping` once a stop has begun. */
  readonly state: string
  /** Why it is not ready, a sentence each. */
  readonly reasons: readonly string[]
}

/** Ready from the moment all nodes keep peers, which is after they have asked their seeds, until a stop begins. */
export function readinessOf(nodes: readonly NodeState[], isStopping: boolean): Readiness {
  if (isStopping) return { ready: false, state: 'stopping', reasons: ['the daemon is stopping'] }
  const waiting = nodes.filter(({ state }) => state !== 'run')
  return {
    ready: waiting.length === 0,
    state: waiting[0]?.state ?? 'run',
    reasons: waiting.map(reasonOf),
  }
}

function reasonOf({ network, state }: NodeState): string {
  const node = network === undefined ? 'the node' : `the node of the network ${network}`
  return state === 'stopped' ? `${node} does not run` : `${node} asks its seeds for peers`
}
