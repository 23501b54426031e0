/** Frames of a reconciliation, to both of its sides. Wire: docs/chat.md, *Negentropy v1*. */
import { initiate, isChatError, proceed, respond } from '@dchat/chat'
import type { Findings, RecordView } from '@dchat/chat'
import { randomHostileFrame, recordOf, setOf, viewOf } from '@dchat/chat/testing'
import { TAKEN, attempt, must } from '../fuzz-target.ts'
import type { FuzzTarget } from '../fuzz-target.ts'
import { vectorsOf } from '../recorded-bytes.ts'
import { isFrame } from './negentropy-model.ts'

/** As a channel has them: docs/chat.md, *History*, Bounds. */
const BOUNDS = { frameMaxBytes: 61_440, maxRanges: 1_024 }
const HAVE_MAX = 4_096
const RECORDS = 700
const ID_BYTES = 32
const VERSION = 0x61
/** A skip to where the range before it ended. */
const EMPTY_RANGE = Buffer.from('010000', 'hex')
/** No shorter answer is full: it has 1,022 ranges of at least 3 bytes. */
const FULL_FROM_BYTES = 3_000

const refusal = (error: unknown): string | undefined =>
  isChatError(error, 'CHAT_RECONCILE_MALFORMED') && error.fault === 'peer' ? error.data.reason : undefined

/** Each record is added up once to compare, once to split and once for the rest; each range is a fingerprint of its own and one that is sent. */
function checkWork({ work, size }: RecordView): void {
  const { added, hashed, sought } = work
  const isBounded = added <= 3 * size && hashed <= 2 * BOUNDS.maxRanges + 1 && sought <= BOUNDS.maxRanges
  must(isBounded, () => `${added} records added up, ${hashed} fingerprints, ${sought} places of ${size} records`)
}

/** What is no frame is refused, unless so much was answered already that it is not read to its end. */
function checkVerdict(input: Buffer, found: { value: Findings } | { refused: string }): void {
  const isSound = input[0] === VERSION && isFrame(input, BOUNDS.maxRanges)
  if (isSound) must('value' in found, 'a frame is refused')
  else must(!('value' in found) || (found.value.reply?.length ?? 0) > FULL_FROM_BYTES, 'what is no frame is taken for one')
}

function checkAnswer(view: RecordView, answer: Buffer): void {
  must(answer.length <= BOUNDS.frameMaxBytes, () => `an answer of ${answer.length} bytes`)
  const taken = attempt(() => proceed(view, answer, BOUNDS), refusal)
  must('value' in taken, () => `we would refuse our own answer: ${'refused' in taken ? taken.refused : ''}`)
}

export const NEGENTROPY: FuzzTarget = {
  name: 'negentropy',
  share: 4,
  maxBytes: 61_440,
  seeds: () => {
    const { cases } = vectorsOf<{ cases: { frames: { hex: string }[] }[] }>('negentropy')
    return cases.flatMap(({ frames }) => frames.map(({ hex }) => Buffer.from(hex, 'hex')))
  },
  open: (random) => {
    const set = setOf(Array.from({ length: RECORDS }, (_, key) => recordOf(key, 5)))
    const other = setOf(Array.from({ length: RECORDS }, (_, key) => recordOf(key + 40, 5)))
    const ours = initiate(viewOf(other), BOUNDS)
    return {
      mutations: [
        () => ours,
        () => Buffer.concat([Buffer.of(VERSION), Buffer.alloc(EMPTY_RANGE.length * (1_000 + random.int(50)), EMPTY_RANGE)]),
        () => randomHostileFrame(viewOf(set), random, { maxRanges: 40, maxBytes: BOUNDS.frameMaxBytes }),
      ],
      tryOut: (input) => {
        const [asked, told] = [viewOf(set), viewOf(set)]
        const answered = attempt(() => respond(asked, input, BOUNDS), refusal)
        const found = attempt(() => proceed(told, input, BOUNDS), refusal)
        checkVerdict(input, found)
        checkWork(asked)
        checkWork(told)
        if ('value' in answered) checkAnswer(viewOf(set), answered.value)
        if ('refused' in found) return `refused ${found.refused}, ${'value' in answered ? 'answered' : 'nor answered'}`
        const { reply, have, need } = found.value
        must(
          have.length <= HAVE_MAX && need.length * ID_BYTES <= input.length,
          () => `${have.length} to send, ${need.length} to ask for`,
        )
        if (reply !== null) checkAnswer(viewOf(set), reply)
        return `${TAKEN} ${reply === null ? 'done' : 'goes on'}${have.length > 0 ? ', have' : ''}${need.length > 0 ? ', need' : ''}`
      },
    }
  },
}
