// Package malformed has directives that do nothing for being ill-written.
package malformed

func bad() {}

func f() {
	_ = 0 /* want `does nothing: it names no check; write //lockvet:ignore check reason` */ //lockvet:ignore
	_ = 0 /* want `it gives no reason` */                                                   //lockvet:ignore bad
	_ = 0 /* want `it gives no reason` */                                                   //lockvet:ignore bad //
	_ = 0 /* want `it gives no reason` */                                                   //lint:ignore bad
	_ = 0 /* want `its word is not ignore` */                                               //lockvet:disable bad reason
	_ = 0 /* want `its word is not ignore` */                                               //lockvet:ignored bad reason
	_ = 0 /* want `there is no check "bat"` */                                              //lockvet:ignore bat reason
	_ = 0 /* want `no space may stand` */                                                   // lockvet:ignore bad reason
	bad() /* want `there is no check "bat"` */                                              //lockvet:ignore bad,bat reason
}
