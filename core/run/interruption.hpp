// SIGINT, SIGTERM and SIGHUP as a wish to end, for programs that have something to save. Process-wide.
#pragma once

namespace rbm {

class Communicator;

/// From now on these signals are kept, not obeyed, and a closed pipe is an error of its writer. A second signal of the
/// same kind ends the process. SIGHUP stays ignored under nohup.
void catch_signals();

/// The signal that came; 0 for none.
int caught_signal();
/// A signal that came to one of these processes has come to all of them. All of them call it.
void share_signal(Communicator& ranks);
/// The exit status of a program that a signal has ended, 128 and its number; 0 for none.
int status_of_signal();

}  // namespace rbm
