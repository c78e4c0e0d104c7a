/**
 * Thinning of weighted nodes (Fearnhead and Clifford 2003): about `room` of them stay. The heavy ones all
 * stay as they are; of the light ones each stays with a chance in proportion to its weight and then
 * stands for those that went, so that every sum over the nodes keeps its expected value.
 */

/**
 * Set the weight of those that go to 0, and raise the light ones that stay to a common one.
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
