/**
 * Thinning of weighted nodes (Fearnhead and Clifford 2003): about `room` of them stay. The heavy ones all
 * stay as they are; each light one stays with a probability proportional to its weight and then also
 * represents those that were dropped, so every sum over the nodes keeps its expected value.
 */

/**
 * Set the weight of the dropped nodes to 0, and raise the light ones that stay to a common weight.
 * @param weights - positive numbers; changed in place
 * @param draw - a number drawn uniformly from [0, 1)
 */
export function thin(weights: Float64Array, room: number, draw: number): void {
  const level = levelFor(weights, room);
  let sum = draw * level;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight >= level) continue;
    sum += weight;
    if (sum < level) weights[i] = 0;
    else {
      sum -= level;
      weights[i] = level;
    }
  }
}

/** The weight at which the light ones that stay, plus all heavier ones, make `room`. */
function levelFor(weights: Float64Array, room: number): number {
  const sorted = weights.toSorted().reverse();
  let rest = 0;
  for (const weight of sorted) rest += weight;
  let heavy = 0;
  while (heavy < room && rest > 0 && sorted[heavy]! * (room - heavy) >= rest) rest -= sorted[heavy++]!;
  return heavy < room ? rest / (room - heavy) : sorted[room - 1]!;
}
