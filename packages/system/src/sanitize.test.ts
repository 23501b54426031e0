import { describe, expect, it } from 'vitest'
import { sanitizeNick, sanitizeText } from './sanitize.ts'

const ESC = '\u001b'

describe('sanitizeText', () => {
  it.each([
    ['plain text stays', 'hello, world', 'hello, world'],
    ['other scripts stay', 'Grüße, мир, 世界, שלום, नमस्ते', 'Grüße, мир, 世界, שלום, नमस्ते'],
    ['an SGR becomes one mark', `${ESC}[31;1mred${ESC}[0m`, '␛red␛'],
    ['a hidden colour', `${ESC}[8mghost`, '␛ghost'],
    ['an 8-bit CSI', '\u009b2Jgone', '␛gone'],
    ['a cut CSI', `end${ESC}[12;`, 'end␛'],
    ['a title by BEL', `${ESC}]0;evil\u0007text`, '␛text'],
    ['a title by ST', `${ESC}]2;evil${ESC}\\text`, '␛text'],
    ['an 8-bit OSC', '\u009d0;evil\u009ctext', '␛text'],
    ['a clipboard write', `${ESC}]52;c;ZXZpbA==\u0007`, '␛'],
    ['a link keeps its words', `${ESC}]8;;http://x.example\u0007click${ESC}]8;;\u0007`, '␛click␛'],
    ['an unended title hides nothing', `${ESC}]0;rest of the line`, '␛0;rest of the line'],
    ['DCS, APC, PM, SOS', `${ESC}Pq#0${ESC}\\${ESC}_Gx${ESC}\\${ESC}^p${ESC}\\${ESC}Xs${ESC}\\.`, '␛␛␛␛.'],
    ['a reset', `${ESC}cx`, '␛x'],
    ['a charset change', `${ESC}(0lqk`, '␛lqk'],
    ['a lone escape', `${ESC}`, '␛'],
    ['an escape before an emoji', `${ESC}🎉`, '␛🎉'],
    ['bell, backspace, DEL, NUL', 'a\u0007b\bc\u007fd\0', 'a␇b␈c␡d␀'],
    ['carriage return', 'good\rbad', 'good␍bad'],
    ['a tab', 'a\tb', 'a    b'],
    ['C1', 'a\u0085b\u008dc', 'a\ufffdb\ufffdc'],
    ['bidi controls go', 'a\u202eb\u2066c\u200fd\u061c', 'abcd'],
    ['zero-width goes', 'a\u200bb\u200cc\u200dd\ufeff\u2060', 'abcd'],
    ['tag characters go', 'a\u{e0041}\u{e007f}b', 'ab'],
    ['line separators go', 'a\u2028b\u2029c', 'abc'],
    ['blank letters go', 'a\u3164\u115f\uffa0\u00adb', 'ab'],
    ['lone surrogates', 'a\ud800b\udc00', 'a\ufffdb\ufffd'],
    ['a place for a picture', 'a\u{10eeee}b', 'a\ufffdb'],
    ['noncharacters', 'a\uffffb', 'a\ufffdb'],
    ['stacked accents', `a${'\u0301'.repeat(500)}b`, `a${'\u0301'.repeat(4)}b`],
    ['accents joined by a removed character', `a${'\u0301\u200b'.repeat(50)}`, `a${'\u0301'.repeat(4)}`],
    ['a family stays', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['skin, heart and keycap stay', '👍🏽 ❤️ 1️⃣ 🏳️‍🌈', '👍🏽 ❤️ 1️⃣ 🏳️‍🌈'],
    ['flags stay', '🇪🇺', '🇪🇺'],
    ['a joiner beside a letter goes', 'a\u200d👩\u200d', 'a👩'],
    [
      'a chain of joined emoji is cut',
      Array(20).fill('👩').join('\u200d'),
      `${Array(8).fill('👩').join('\u200d')}${Array(8).fill('👩').join('\u200d')}${Array(4).fill('👩').join('\u200d')}`,
    ],
    ['a selector after a letter goes', 'a\ufe0fb\u{e0100}', 'ab'],
    ['newlines become marks', 'a\nb\r\nc', 'a␊b␊c'],
  ])('%s', (_name, text, expected) => {
    expect(sanitizeText(text)).toBe(expected)
  })

  it('keeps newlines when asked', () => {
    expect(sanitizeText('a\nb\r\nc\rd', { keepNewlines: true })).toBe('a\nb\nc␍d')
  })

  it.each([`${ESC}]`, '\u009d', `${ESC}P${ESC}`, '👩\u200d', 'a\u0301\u200b', `${ESC}]0;x`])('takes a megabyte of %j', (unit) => {
    const clean = sanitizeText(unit.repeat(1_000_000 / unit.length))
    expect(sanitizeText(clean)).toBe(clean)
  })
})

describe('sanitizeNick', () => {
  it.each([
    ['alice', 'alice'],
    ['  alice \n bob ', 'alice bob'],
    ['ａｌｉｃｅ', 'alice'],
    ['ﬁona', 'fiona'],
    ['a\u202elice', 'alice'],
    [`${ESC}[31mred`, '␛red'],
    ['\u200b\u3164', ''],
    ['\u2800 \u{1d159}', ''],
    ['al\u2800ice', 'al ice'],
    ['', ''],
    ['x'.repeat(40), 'x'.repeat(32)],
    ['世'.repeat(40), '世'.repeat(16)],
    ['👩‍👩‍👧‍👦'.repeat(40), '👩‍👩‍👧‍👦'.repeat(16)],
  ])('%j is shown as %j', (nick, expected) => {
    expect(sanitizeNick(nick)).toBe(expected)
  })
})
