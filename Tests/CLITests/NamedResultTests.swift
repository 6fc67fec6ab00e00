import Foundation
import Testing

/// Tasks that are given what others have left behind.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct NamedResultTests {
    let yard: Farmyard

    init() throws {
        yard = try Farmyard()
        try yard.ok("cluster", "start", "-n", "2")
    }

    private func stop() { _ = try? yard.tasks("cluster", "stop", "--now") }

    private func value(_ row: [String: Any]?) -> String? {
        let value = row?["value"] as? [String: Any]
        return value.map { "\($0["cells"] ?? "") \($0["note"] ?? "")" }
    }

    @Test func `C47 a value outlives the controller, and a retry finds it in the job before`() throws {
        defer { stop() }
        try yard.write(
            "batch.yaml",
            #"""
            name: heat
            tasks:
              mesh:
                dir: runs/${{ job }}/mesh
                run: "echo '{\"cells\": [16, 64]}' > $TASKS_RESULT_FILE; echo here > note"
              held: {run: "\#(yard.hold("held"))"}
              solve:
                after: [mesh, held]
                sweep: {grid: {n: [0, 1]}}
                result: {regex: '(?<cells>\d+) (?<note>\w+)'}
                run: |
                  echo ${{ tasks.mesh.result.cells.1 }} $(cat ${{ tasks.mesh.dir }}/note)
                  test ${{ n }} = 0 || test -e \#(yard.directory)/mended
            """#)
        try yard.ok("submit", "batch.yaml")
        try yard.awaitStart("held")
        try yard.eventually("mesh has ended") {
            try yard.results("1")["mesh"]?["state"] as? String == "succeeded"
        }
        // Its result is in the ledger only; what waits for it is sent by another controller.
        try yard.killController()
        try yard.awaitController()
        try yard.write("go", "")
        #expect(try yard.tasks("wait", "1").code == 1)
        let row = try yard.results("1")["solve/n=0"]
        #expect(value(row) == "64 here")
        try yard.write("mended", "")
        let again = try yard.ok("retry", "1", "--failed", "--wait", "-o", "json").objects()
        #expect(value(again.first) == "64 here")
    }

    @Test func `a field that is not there fails the task that names it, and says what there is`() throws {
        defer { stop() }
        try yard.write(
            "batch.yaml",
            #"""
            tasks:
              mesh: {run: "echo '{\"cells\": 1}' > $TASKS_RESULT_FILE"}
              solve: {after: mesh, run: "echo ${{ tasks.mesh.result.faces }}"}
              fine: {after: mesh, run: "echo ${{ tasks.mesh.result }}"}
            """#)
        let ended = try yard.tasks("submit", "--wait", "batch.yaml")
        #expect(ended.code == 1)
        #expect(ended.errors.contains("the result of “mesh” (1.0) has no “faces”; it has: cells"))
        #expect(try yard.ok("logs", "last.2").output == "{\"cells\":1}\n")
    }
}
