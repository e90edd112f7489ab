package store
import ("testing";"time")
func BenchmarkRebuild(b *testing.B){
	dir:=b.TempDir()
	s,err:=open(Options{Dir:dir},seams{reserve:1<<20}); if err!=nil{b.Fatal(err)}
	s.index.mu.Lock(); s.index.mu.Unlock()
	fill(b,s,350_000,1000)
	s.Close()
	for b.Loop(){
		start:=time.Now()
		s,err:=open(Options{Dir:dir,RebuildIndex:true},seams{reserve:1<<20}); if err!=nil{b.Fatal(err)}
		b.Log(time.Since(start))
		s.Close()
	}
}
