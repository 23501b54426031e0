/** Peers that write lines as fast as they are taken, in a process of their own. */
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { RawPeer, chatFrame, loopbackHost } from '@dchat/e2e'
import { ownTask, serveOrders } from '../peers/child.ts'
import { openConnection } from '../peers/connection.ts'
import { pongs } from '../peers/pings.ts'
import type { FloodOrder, FloodReport, FloodTask } from './flooders.ts'

/** Real peers have a processor of their own: these get what others leave. */
const NICENESS = 10
const LINES_AT_ONCE = 200

const task = ownTask<FloodTask>()
const report: FloodReport = { lines: 0 }

/** Until the node ends the connection, or the process ends. */
async function flood(url: string, number: number): Promise<void> {
  const connection = await openConnection(url, { host: loopbackHost() })
  const peer = new RawPeer(connection)
  await peer.greet('dialer')
  void pongs(peer)
  for (let line = 0; !connection.destroyed; line += LINES_AT_ONCE) {
    const lines = Array.from({ length: LINES_AT_ONCE }, (_, index) => chatFrame(`flood ${number} ${line + index}`))
    report.lines += LINES_AT_ONCE
    if (!connection.write(Buffer.concat(lines))) await Promise.race([once(connection, 'drain'), once(connection, 'close')])
  }
}

serveOrders<FloodOrder, FloodReport>(({ want }) => {
  if (want === 'begin') {
    setPriority(NICENESS)
    for (const [number, url] of task.urls.entries()) void flood(url, number).catch(() => {}) // sent away: it is over
  }
  return report
})
