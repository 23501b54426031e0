/** RPC clients that begin something and go no further, in a process of their own. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { ownTask, serveOrders } from '../child.ts'
import type { SwarmOrder, SwarmReport, SwarmTask } from './swarm.ts'

/** As many at once as the system holds for a busy daemon: it forgets others, and a silent client never learns of that. */
const WAVE = 100

const { port, count, beginnings } = ownTask<SwarmTask>()
const swarm: Socket[] = []

async function slow(beginning: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {}) // being cut is what they get
  await once(socket, 'connect')
  socket.write(beginning)
  socket.resume()
  return socket
}

async function begin(): Promise<void> {
  while (swarm.length < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - swarm.length) }, (_, index) =>
      slow(beginnings[index % beginnings.length]!),
    )
    swarm.push(...(await Promise.all(wave)))
  }
}

serveOrders<SwarmOrder, SwarmReport>(async ({ want }) => {
  if (want === 'begin') await begin()
  return { made: swarm.length, open: swarm.filter(({ closed }) => !closed).length }
})
