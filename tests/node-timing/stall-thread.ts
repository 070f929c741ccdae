import { parentPort } from 'node:worker_threads'
import { watchTimer } from './timer-lateness.ts'

/** Waits for the CPU as the programs of pods do. What it is sent it sends back, behind all ticks before that. */
watchTimer((tick) => parentPort?.postMessage(tick, []))
parentPort?.on('message', (message) => parentPort?.postMessage(message, []))
