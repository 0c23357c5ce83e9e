package registered

// The send is deferred by the literal that is handed on: that has not run either before Subscribe has had the lock.
func called() {
	ch := make(chan struct{})
	Subscribe(func(n int) {
		defer func() { ch <- struct{}{} }()
	})
	go Notify(1)
	<-ch
}
