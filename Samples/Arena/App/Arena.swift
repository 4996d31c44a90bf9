@main
enum Arena {
    static func main() {}
}
