/** A text of a race as a sentence. */

/** Words that may stand in capitals: not the names of functions, which begin many of these texts. */
const PLAIN =
  /^(a|an|the|whether|who|what|which|when|where|while|after|before|if|as|in|on|one|two|both|no|nobody|nothing|somebody|each|every|all|only|it|its|and|entries|pages|user|hardware)\b/;

/** With a capital where the first word is no name. */
export const sentence = (text: string): string =>
  PLAIN.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
