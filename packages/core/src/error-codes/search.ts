import { causedBy } from './info.js';

/** Wrong use of the explorer. */
export const CALLER = causedBy('the program that calls the explorer', {
  E_AGENTS: [
    'The program has more threads and store buffers than the search can tell apart.',
    'Use fewer threads, or sequential consistency.',
  ],
  E_CHECKPOINT: [
    'A checkpoint, job or frontier was made for another program, strategy or memory model.',
    'Start the search anew.',
  ],
  E_OPTION: ['Options of a search contradict each other.', 'Leave one of them out; the message names them.'],
  E_PATH: ['A schedule does not lead to the fault it is said to lead to.', 'Record it again.'],
});

/** Searches with workers on other machines. */
export const OPERATOR = causedBy('the operator of the queue and its workers', {
  E_ANSWER: [
    'What came back from the queue is not an answer of a worker.',
    'Let nobody but `racewalk worker` write to this queue.',
  ],
  E_BUSY: [
    'Another producer uses the queue of this name.',
    'Wait for it, or choose another `--name`, for the workers as well.',
  ],
  E_REDIS: [
    'The server cannot be reached, or refuses the connection.',
    'Check URL, password and certificate: `redis://host:6379`, or `rediss://` for TLS.',
  ],
  E_TASK: ['What is in the queue is not a task.', 'Let nobody but `racewalk queue` write to this queue.'],
  E_VERSION: ['A task was made by another version.', 'Run the same version everywhere.'],
  RACEWALK_BAD_TASK: [
    'A task names a size that the cell does not have.',
    'Run the same version and the same modules everywhere.',
  ],
  RACEWALK_UNKNOWN_CELL: [
    'A task names a cell that the worker does not know.',
    'Give the worker the same `--scenarios` and `--arch` files.',
  ],
});

/** Faults of Racewalk itself. */
export const SELF = causedBy('Racewalk itself', {
  RACEWALK_INTERNAL: [
    'An assumption of the program does not hold.',
    'Please report it with the command you ran; your protocol is not at fault.',
  ],
});
