import { byteString } from '@dchat/serial'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defineMessage } from './messages/message.ts'
import { PacketWriter } from './messages/packet-writer.ts'
import { NO_METERING } from './metering.ts'
import { SendQueue } from './send-queue.ts'

const MAX_BYTES = 20_000
const blob = defineMessage({
  name: 'blob',
  maxBytes: MAX_BYTES + 5,
  meteringScore: 0,
  metering: NO_METERING,
  codec: byteString,
})
const packets = new PacketWriter(Uint8Array.of(1, 2, 3, 4))

/** What is done with a queue: a message or a whole frame of so many bytes is added, the turn ends, or all is closed. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ add: fc.constantFrom('message', 'frame'), size: fc.integer({ min: 0, max: 600 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ add: fc.constantFrom('message', 'frame'), size: fc.integer({ min: 7_000, max: MAX_BYTES }) }),
  },
  { weight: 2, arbitrary: fc.constant('turn' as const) },
)

test('whatever is added leaves once, in order, at the end of its turn at the latest', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const written: Uint8Array[] = []
      const deferred: (() => void)[] = []
      const stream = {
        bufferedBytes: 0,
        write: (chunk: Uint8Array) => written.push(chunk) > 0,
      }
      const queue = new SendQueue({ clock: { defer: (run) => void deferred.push(run) }, stream, packets })
      const wanted: Buffer[] = []
      const endTurn = (): void => {
        for (const run of deferred.splice(0)) run()
        expect(queue.queuedBytes).toBe(0)
        expect(Buffer.concat(written).equals(Buffer.concat(wanted))).toBe(true)
      }
      for (const [index, each] of steps.entries()) {
        if (each === 'turn') {
          endTurn()
          continue
        }
        const frame = packets.encode(blob, Buffer.alloc(each.size, index))
        wanted.push(frame)
        if (each.add === 'frame') queue.addFrame(frame)
        else queue.addMessage(blob, Buffer.alloc(each.size, index))
        expect(queue.sentBytes + queue.queuedBytes).toBe(Buffer.concat(wanted).length)
      }
      queue.close()
      endTurn()
      queue.addFrame(Buffer.of(9))
      endTurn()
    }),
    { numRuns: 300 },
  )
})

test('the one frame of a turn is not copied', () => {
  const written: Uint8Array[] = []
  const deferred: (() => void)[] = []
  const stream = { bufferedBytes: 0, write: (chunk: Uint8Array) => written.push(chunk) > 0 }
  const queue = new SendQueue({ clock: { defer: (run) => void deferred.push(run) }, stream, packets })
  const frame = packets.encode(blob, Buffer.alloc(100))
  queue.addFrame(frame)
  for (const run of deferred) run()
  expect(written).toEqual([frame])
  expect(written[0]).toBe(frame)
})
