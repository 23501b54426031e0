/** Where each neighbour of the drawing stands: on rings around the middle, the first ring filled evenly before there is a second. Pure. */

export interface Place {
  readonly x: number
  readonly y: number
  /** Radians, 0 to the right and clockwise. */
  readonly angle: number
}

/** Half axes of the innermost ring, and what each further one adds. */
const FIRST = { x: 215, y: 135 }
const STEP = { x: 62, y: 44 }
/** Units between neighbours of one ring, at least. */
const SPACING = 32

/** What is left around the outermost ring for what stands there: addresses beside, and above and below. */
const MARGIN = { x: 210, y: 36 }

/** The part of the plane that `count` neighbours and their labels take, as an SVG has it: left, top, width and height. */
export function frameOf(count: number): string {
  const [x, y] = axesOf(Math.max(0, ringSizes(count).length - 1))
  const [width, height] = [x + MARGIN.x, y + MARGIN.y]
  return [-width, -height, 2 * width, 2 * height].join(' ')
}

/** Places for `count` neighbours, in their order, each at least 20 units from all others. */
export function placesOf(count: number): Place[] {
  return ringSizes(count).flatMap((size, ring) =>
    Array.from({ length: size }, (_, index) => placeOf(ring, (index + ring / 2) / size)),
  )
}

function ringSizes(count: number): number[] {
  const sizes: number[] = []
  for (let left = count; left > 0; left -= sizes.at(-1)!) sizes.push(Math.min(left, capacityOf(sizes.length)))
  return sizes
}

/** By the mean circumference; the flat parts of an ellipse have more room than they need. */
function capacityOf(ring: number): number {
  const [x, y] = axesOf(ring)
  return Math.floor((2 * Math.PI * Math.min(x, 1.2 * y)) / SPACING)
}

function axesOf(ring: number): [number, number] {
  return [FIRST.x + ring * STEP.x, FIRST.y + ring * STEP.y]
}

/** @param part of the way around, from the top */
function placeOf(ring: number, part: number): Place {
  const angle = 2 * Math.PI * part - Math.PI / 2
  const [x, y] = axesOf(ring)
  return { x: x * Math.cos(angle), y: y * Math.sin(angle), angle }
}

/** Width of a line by what goes over it: 1 for nothing, one more for each ten times of 10 bytes a second, at most 7. */
export function widthOf(bytesPerSecond: number): number {
  return Math.min(7, 1 + Math.log10(1 + bytesPerSecond / 10))
}
