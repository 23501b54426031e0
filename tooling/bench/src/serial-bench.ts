/** Prints ns/op of the codec. Run: node --conditions=@dchat/source tooling/bench/src/serial-bench.ts */
import { Reader, Writer, canonicalUrl, string, struct, tuple, u64Number, url, vec } from '@dchat/serial'

const ROUNDS = 7
const ROUND_NS = 60_000_000n

/** The best round in ns/op: the one least disturbed by the rest of the machine. */
function measure(run: (index: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint()
    let operations = 0
    let elapsed = 0n
    while (elapsed < ROUND_NS) {
      for (let index = 0; index < 200; index += 1) run(index)
      operations += 200
      elapsed = process.hrtime.bigint() - start
    }
    best = Math.min(best, Number(elapsed) / operations)
  }
  return best
}

function report(name: string, nsPerOp: number): void {
  const perSecond = Math.round(1e9 / nsPerOp).toLocaleString('en')
  console.log(`${name.padEnd(34)}${nsPerOp.toFixed(0).padStart(10)} ns/op${perSecond.padStart(14)} op/s`)
}

const chatMessage = struct({ msg: string })
/** Other codecs in use at the same time, as in a node: the code of a codec is shared by all of its kind. */
const others = [
  struct({ nonce: u64Number }),
  struct({ app: string }),
  struct({ name: string, at: u64Number }),
  struct({ from: string, to: string, at: u64Number }),
]
for (const codec of others) {
  const value = { nonce: 1, app: 'a', name: 'n', at: 2, from: 'f', to: 't' }
  for (let index = 0; index < 20_000; index += 1) {
    const writer = new Writer(64)
    codec.encode(writer, value as never)
    codec.decode(new Reader(writer.finish()))
  }
}

const SIZES: readonly (readonly [string, number])[] = [
  ['32 B', 32],
  ['1 KiB', 1024],
  ['64 KiB', 65_536],
]
const buffer = Buffer.alloc(1024 * 1024)
for (const [label, bytes] of SIZES) {
  for (const [kind, unit] of [
    ['ASCII', 'a'],
    ['mixed', 'é日a'],
  ] as const) {
    const repeats = Math.floor((bytes - 1) / Buffer.byteLength(unit))
    // From a buffer, so that each is one flat string as from a socket.
    const texts = Array.from({ length: 8 }, (_, index) => Buffer.from(`${index}${unit.repeat(repeats)}`).toString())
    const encoded = texts.map((msg) => {
      const writer = new Writer()
      chatMessage.encode(writer, { msg })
      return Buffer.from(writer.finish())
    })
    report(
      `decode struct ${label} ${kind}`,
      measure((index) => chatMessage.decode(new Reader(encoded[index & 7]!))),
    )
    report(
      `decode string ${label} ${kind}`,
      measure((index) => new Reader(encoded[index & 7]!).string()),
    )
    const encode = (index: number): void => chatMessage.encode(Writer.into(buffer), { msg: texts[index & 7]! })
    report(`encode struct ${label} ${kind}`, measure(encode))
  }
}

const addresses = vec(tuple(url, u64Number))
const list = Array.from({ length: 100 }, (_, index) => {
  return [`tcp+tls://10.0.${index}.7:${9000 + index}/`, 1_700_000_000 + index] as const
})
const writer = new Writer()
addresses.encode(writer, list)
const encodedList = Buffer.from(writer.finish())
report(
  'decode addr, 100 entries',
  measure(() => addresses.decode(new Reader(encodedList))),
)
report(
  'canonicalUrl',
  measure((index) => canonicalUrl(list[index % 100]![0])),
)
