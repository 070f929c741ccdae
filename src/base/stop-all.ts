/**
 * Stops what was started, the last one first, and waits for each. One that fails keeps none of the others running;
 * the first failure is thrown when all are done. `stops` is empty afterwards, so that nothing is stopped twice.
 */
export async function stopAll(stops: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const stop of stops.splice(0).toReversed()) {
    try {
      await stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
