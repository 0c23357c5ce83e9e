// Package ignore reports comments that are meant to suppress a finding and do not.
//
// # Analyzer ignore
//
// ignore: report suppression comments that suppress nothing
//
// A finding is suppressed by a comment on its line or on the line above it:
//
//	//lockvet:ignore doublelock the two shards are never the same
//	to.mu.Lock()
//
// The check may be a list (doublelock,missingunlock) or one category of a check
// (doublelock/recursiveread). A reason is required. Comments written for other
// tools are understood too: //nolint:lockvet, //nolint:doublelock, //nolint,
// //lint:ignore doublelock reason, and //lint:file-ignore doublelock reason.
//
// When the code is fixed, such a comment stays, and would hide the next mistake.
// Comments that may be addressed to another tool are left alone.
//
// The categories are:
//
//   - unused: a comment for a check that finds nothing there.
//   - malformed: a comment that names no check of lockvet, or gives no reason.
//
// With -ignore.off no comment suppresses anything and none is reported.
package ignore
