import { formatLocation } from '../base/finding.ts'
import type { JudgedCause, Verdict } from '../verdict/verdict.ts'
import { layOut } from './layout.ts'
import { formatCount, formatNumberOf } from './numbers.ts'
import type { Style } from './style.ts'

/** Objects that are named; the rest is counted. */
const OBJECTS_MAX = 8

/** One cause: how many, what happened, where it can be seen, what allows it, what to write instead. */
export function renderCause(cause: JudgedCause, margin: Verdict['margin'], style: Style): string {
  const { id, requests, explanation, objects, location, because, fix } = cause
  const why = [location && formatLocation(location), because].filter((part) => part !== undefined)
  const lines = [
    `  ${style.bold(id)}  ${formatNumberOf(requests, 'request')}${lanesOf(cause)}`,
    layOut('    ', explanation),
    layOut('    Seen in   ', objectsOf(objects)),
    ...(why.length === 0 ? [] : [layOut('    Because   ', why.join('  '))]),
    ...(fix === undefined ? [] : [layOut('    Fix       ', fix)]),
    ...(margin === undefined ? [] : [layOut('    Margin    ', margin.message)]),
  ]
  return `${lines.join('\n')}\n`
}

function lanesOf({ lanes }: JudgedCause): string {
  const entries = Object.entries(lanes)
  const [first] = entries
  if (first === undefined) return ''
  if (entries.length === 1) return `, all on ${first[0]} connections`
  return `, ${entries.map(([lane, count]) => `${formatCount(count)} on ${lane}`).join(' and ')} connections`
}

function objectsOf(objects: JudgedCause['objects']): string {
  const named = objects.slice(0, OBJECTS_MAX).map(({ kind, name, requests }) => {
    const object = kind === 'Pod' ? name : `${kind.toLowerCase()}/${name}`
    return `${object} (${formatCount(requests)})`
  })
  const rest = objects.length - named.length
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ')
}
